package io.flotilla.broker.group;

import io.flotilla.broker.group.GroupDescription.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Groups as operators see them. Stateless. */
final class Descriptions {
    private Descriptions() {}

    static GroupDescription describe(Group group, Context context) {
        List<Member> members = new ArrayList<>();
        group.members().forEach((memberId, member) -> members.add(describe(group, memberId, member, context)));
        StoredHeader header = group.header();
        return new GroupDescription(
                group.name(),
                group.state(),
                group.epoch(),
                group.assignmentEpoch(),
                header == null ? "" : header.assignor(),
                members,
                CommittedOffsets.all(group, context));
    }

    static List<ListedGroup> list(Set<GroupState> states, Context context) {
        return context.groups().all().stream()
                .map(group -> new ListedGroup(group.name(), group.state()))
                .filter(listed -> states.isEmpty() || states.contains(listed.state()))
                .toList();
    }

    private static Member describe(Group group, String memberId, StoredMember member, Context context) {
        Session session = context.sessions().of(group.name(), memberId);
        StoredMember.Terms terms = member.terms();
        return new Member(
                memberId,
                terms.instanceId(),
                terms.rack(),
                terms.clientId(),
                session == null ? "" : session.host(),
                member.epoch(),
                terms.subscription(),
                context.topics().names(member.held()),
                context.topics().names(group.target(memberId)),
                session != null && session.isConnected());
    }
}

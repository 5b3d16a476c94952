package io.flotilla.client.internal.rpc;

import io.flotilla.proto.v1.DeleteGroupsRequest;
import io.flotilla.proto.v1.DeleteGroupsResponse;
import io.flotilla.proto.v1.DescribeGroupsRequest;
import io.flotilla.proto.v1.DescribeGroupsResponse;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.ListGroupsRequest;
import io.flotilla.proto.v1.ListGroupsResponse;
import io.flotilla.proto.v1.ResetOffsetsRequest;
import io.flotilla.proto.v1.ResetOffsetsResponse;

/**
 * Questions about consumer groups and changes to them, on the caller's thread, as {@link AdminCalls} makes all calls.
 */
public final class GroupCalls {
    private final AdminCalls calls;

    public GroupCalls(AdminCalls calls) {
        this.calls = calls;
    }

    public ListGroupsResponse list(ListGroupsRequest request) {
        return calls.call(GroupsServiceGrpc.getListGroupsMethod(), request);
    }

    public DescribeGroupsResponse describe(DescribeGroupsRequest request) {
        return calls.call(GroupsServiceGrpc.getDescribeGroupsMethod(), request);
    }

    public DeleteGroupsResponse delete(DeleteGroupsRequest request) {
        return calls.call(GroupsServiceGrpc.getDeleteGroupsMethod(), request);
    }

    public ResetOffsetsResponse reset(ResetOffsetsRequest request) {
        return calls.call(GroupsServiceGrpc.getResetOffsetsMethod(), request);
    }
}

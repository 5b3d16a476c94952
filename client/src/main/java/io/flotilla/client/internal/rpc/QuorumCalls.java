package io.flotilla.client.internal.rpc;

import io.flotilla.proto.v1.AddControllerRequest;
import io.flotilla.proto.v1.AddControllerResponse;
import io.flotilla.proto.v1.QuorumAdminServiceGrpc;
import io.flotilla.proto.v1.RemoveControllerRequest;
import io.flotilla.proto.v1.RemoveControllerResponse;
import io.flotilla.proto.v1.TransferLeadershipRequest;
import io.flotilla.proto.v1.TransferLeadershipResponse;

/** Changes to the metadata quorum, on the caller's thread, as {@link AdminCalls} makes all its calls. */
public final class QuorumCalls {
    private final AdminCalls calls;

    public QuorumCalls(AdminCalls calls) {
        this.calls = calls;
    }

    public AddControllerResponse add(AddControllerRequest request) {
        return calls.call(QuorumAdminServiceGrpc.getAddControllerMethod(), request);
    }

    public RemoveControllerResponse remove(RemoveControllerRequest request) {
        return calls.call(QuorumAdminServiceGrpc.getRemoveControllerMethod(), request);
    }

    public TransferLeadershipResponse transfer(TransferLeadershipRequest request) {
        return calls.call(QuorumAdminServiceGrpc.getTransferLeadershipMethod(), request);
    }
}

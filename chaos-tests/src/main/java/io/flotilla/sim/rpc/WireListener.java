package io.flotilla.sim.rpc;

import io.flotilla.sim.world.OsProcess;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a process serves at one endpoint. */
final class WireListener {
    private final OsProcess process;
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new TreeMap<>();

    WireListener(OsProcess process, List<ServerServiceDefinition> services) {
        this.process = process;
        services.forEach(service -> service.getMethods()
                .forEach(method -> methods.put(method.getMethodDescriptor().getFullMethodName(), method)));
    }

    OsProcess process() {
        return process;
    }

    @Nullable
    ServerMethodDefinition<?, ?> method(String fullName) {
        return methods.get(fullName);
    }
}

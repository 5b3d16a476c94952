package io.flotilla.chaos.cluster;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.ImagePullPolicy;

/** The container engine of this host. */
public final class Engine {
    static final ImagePullPolicy NEVER_PULL = image -> false;

    private static final String REAPER_OFF = "TESTCONTAINERS_RYUK_DISABLED";

    private Engine() {}

    /**
     * Makes sure that containers of the image can be started.
     *
     * @throws IllegalStateException that says what is missing and how to get it
     */
    public static void require(String image) {
        if (!"true".equals(System.getenv(REAPER_OFF))) {
            throw new IllegalStateException(
                    REAPER_OFF + " is not true in the environment, so Testcontainers would pull an image; set it");
        }
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
        } catch (NotFoundException e) {
            throw new IllegalStateException("there is no image " + image + "; run: scripts/build-image.sh", e);
        } catch (DockerException | IllegalStateException e) {
            throw new IllegalStateException(
                    "no container engine answers (" + e.getMessage() + "); scripts/chaos.sh starts one where it may",
                    e);
        }
    }
}

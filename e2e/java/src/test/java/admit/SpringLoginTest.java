package admit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class SpringLoginTest {
    private static final String APP = "http://localhost:8181";
    private static final BlockingQueue<String> USERS = new ArrayBlockingQueue<>(1);

    @SpringBootApplication
    @RestController
    static class App {
        @GetMapping("/")
        String home(@AuthenticationPrincipal OidcUser user) {
            USERS.offer(user.getPreferredUsername());
            return "signed in";
        }
    }

    /** Declares the client in the running service. */
    private static void declareClient(String id, String secret, Path folder) throws Exception {
        Path declaration = folder.resolve("spring.toml");
        Files.writeString(
                declaration,
                """
                [[tenants]]
                name = "%s"
                [[tenants.clients]]
                name = "spring"
                client_id = "%s"
                pkce = "optional"
                redirect_uris = { web = ["%s/login/oauth2/code/admit"] }
                secrets = [{ id = "first", secret_env = "SPRING_CLIENT_SECRET" }]
                """
                        .formatted(Dev.variable("ADMIT_TENANT"), id, APP));
        ProcessBuilder apply =
                new ProcessBuilder(
                                Dev.variable("ADMIT_BINARY"),
                                "apply",
                                declaration.toString(),
                                "--data",
                                Dev.variable("ADMIT_DATA"))
                        .redirectErrorStream(true);
        apply.environment().put("SPRING_CLIENT_SECRET", secret);
        Process process = apply.start();
        String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static ConfigurableApplicationContext startApp(String id, String secret) {
        String registration = "--spring.security.oauth2.client.registration.admit.";
        return SpringApplication.run(
                App.class,
                "--server.port=" + URI.create(APP).getPort(),
                registration + "client-id=" + id,
                registration + "client-secret=" + secret,
                registration + "scope=openid,profile,email",
                "--spring.security.oauth2.client.provider.admit.issuer-uri="
                        + Dev.variable("ADMIT_ISSUER"));
    }

    /** Spring Security 6 sends no challenge for a client with a secret, but a nonce. */
    @Test
    void userSignsInWithoutPkceIfPkceIsOptional(@TempDir Path folder) throws Exception {
        String id = UUID.randomUUID().toString();
        String secret = UUID.randomUUID() + "-" + UUID.randomUUID();
        Dev.recordSecret(secret);
        declareClient(id, secret, folder);
        try (ConfigurableApplicationContext app = startApp(id, secret)) {
            HttpResponse<Void> redirect =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(APP + "/oauth2/authorization/admit"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding());
            String location = redirect.headers().firstValue("location").orElseThrow();
            assertThat(location).contains("nonce=").doesNotContain("code_challenge");

            Dev.signIn(APP + "/oauth2/authorization/admit");
            assertThat(USERS.poll(30, TimeUnit.SECONDS)).isEqualTo(Dev.variable("ADMIT_USERNAME"));
        }
    }
}

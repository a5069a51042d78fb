package admit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The service under test, as the environment describes it, and the browser of the suites. */
final class Dev {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Dev() {}

    static String variable(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalStateException("with-service sets the variable " + name);
        }
        return value;
    }

    /** Writes the value where the search for leaked secrets reads it. */
    static void recordSecret(String value) throws IOException {
        Files.writeString(
                Path.of(variable("ADMIT_SECRETS_FILE")),
                JSON.writeValueAsString(value) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Signs the user in at the URL of the app with a browser. */
    static void signIn(String url) throws Exception {
        Process driver =
                new ProcessBuilder("node", "../browser/driver.mjs")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader responses =
                new BufferedReader(new InputStreamReader(
                        driver.getInputStream(), StandardCharsets.UTF_8))) {
            String request =
                    JSON.writeValueAsString(
                            Map.of(
                                    "url", url,
                                    "username", variable("ADMIT_USERNAME"),
                                    "password", variable("ADMIT_PASSWORD"),
                                    "consent", true));
            driver.getOutputStream().write((request + "\n").getBytes(StandardCharsets.UTF_8));
            driver.getOutputStream().flush();
            JsonNode response = JSON.readTree(responses.readLine());
            driver.getOutputStream().close();
            if (!response.has("pages")) {
                throw new AssertionError("the browser did not reach the app: " + response);
            }
        } finally {
            driver.waitFor();
        }
    }
}

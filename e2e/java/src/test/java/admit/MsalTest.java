package admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MsalTest {
    private static IAuthenticationResult acquire(String secret) throws Exception {
        ConfidentialClientApplication app =
                ConfidentialClientApplication.builder(
                                Dev.variable("ADMIT_DAEMON_ID"),
                                ClientCredentialFactory.createFromSecret(secret))
                        .authority(Dev.variable("ADMIT_AUTHORITY") + "/")
                        .instanceDiscovery(false)
                        .build();
        Set<String> scopes = Set.of(Dev.variable("ADMIT_DEFAULT_SCOPE"));
        return app.acquireToken(ClientCredentialParameters.builder(scopes).build()).get();
    }

    /** The library adds {@code openid profile offline_access} to the scope of every request. */
    @Test
    void clientGetsATokenWithASecret() throws Exception {
        String token = acquire(Dev.variable("ADMIT_DAEMON_SECRET")).accessToken();
        Dev.recordSecret(token);
        assertThat(token.split("\\.")).hasSize(3);
    }

    /** Sends a wrong secret, and looks for the number in the exception of the library. */
    @Test
    void exceptionHasTheErrorNumberForAWrongSecret() {
        assertThatThrownBy(() -> acquire("wrong")).hasMessageContaining("AADSTS7000215");
    }
}

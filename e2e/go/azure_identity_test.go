package foreign

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
)

func azureOptions(s summary) azcore.ClientOptions {
	return azcore.ClientOptions{
		Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: s.Origin},
		Retry: policy.RetryOptions{MaxRetries: -1},
	}
}

func TestAzureIdentityGetsATokenWithASecret(t *testing.T) {
	// The library adds `openid offline_access profile` to the scope of every token request.
	s := readSummary(t)
	daemon := s.client(t, "daemon")
	credential, err := azidentity.NewClientSecretCredential(
		s.tenant().ID, daemon.ID, daemon.Secret,
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azureOptions(s), DisableInstanceDiscovery: true,
		})
	if err != nil {
		t.Fatal(err)
	}
	token, err := credential.GetToken(context.Background(), policy.TokenRequestOptions{
		Scopes: []string{os.Getenv("ADMIT_DEFAULT_SCOPE")},
	})
	if err != nil {
		t.Fatal(err)
	}
	recordSecrets(t, token.Token)
}

func TestAzureIdentityShowsTheErrorNumberOfAWrongSecret(t *testing.T) {
	// Sends a wrong secret, and looks for the number in the error of the library.
	s := readSummary(t)
	credential, err := azidentity.NewClientSecretCredential(
		s.tenant().ID, s.client(t, "daemon").ID, "wrong",
		&azidentity.ClientSecretCredentialOptions{
			ClientOptions: azureOptions(s), DisableInstanceDiscovery: true,
		})
	if err != nil {
		t.Fatal(err)
	}
	_, err = credential.GetToken(context.Background(), policy.TokenRequestOptions{
		Scopes: []string{os.Getenv("ADMIT_DEFAULT_SCOPE")},
	})
	if err == nil || !strings.Contains(err.Error(), "AADSTS7000215") {
		t.Fatalf("not AADSTS7000215: %v", err)
	}
}

func TestMSALGetsATokenWithASecret(t *testing.T) {
	// Uses the tenant's name in the authority. The second call must come from the library's cache.
	s := readSummary(t)
	daemon := s.client(t, "daemon")
	secret, err := confidential.NewCredFromSecret(daemon.Secret)
	if err != nil {
		t.Fatal(err)
	}
	app, err := confidential.New(
		s.Origin+"/"+os.Getenv("ADMIT_TENANT"), daemon.ID, secret,
		confidential.WithInstanceDiscovery(false))
	if err != nil {
		t.Fatal(err)
	}
	scopes := []string{os.Getenv("ADMIT_DEFAULT_SCOPE")}
	first, err := app.AcquireTokenByCredential(context.Background(), scopes)
	if err != nil {
		t.Fatal(err)
	}
	recordSecrets(t, first.AccessToken)
	second, err := app.AcquireTokenByCredential(context.Background(), scopes)
	if err != nil || second.AccessToken != first.AccessToken {
		t.Fatalf("the token was not cached: %v", err)
	}
}

package foreign

import (
	"context"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

func TestGoOIDCSignsAUserIn(t *testing.T) {
	// Discovery, code with PKCE, verification of the ID token, UserInfo and refresh.
	s := readSummary(t)
	ctx := context.Background()
	web := s.client(t, "web")
	provider, err := oidc.NewProvider(ctx, s.tenant().Issuer)
	if err != nil {
		t.Fatal(err)
	}
	config := oauth2.Config{
		ClientID: web.ID, ClientSecret: web.Secret,
		Endpoint: provider.Endpoint(), RedirectURL: web.RedirectURIs[0],
		Scopes: []string{oidc.ScopeOpenID, "profile", oidc.ScopeOfflineAccess},
	}
	verifier := oauth2.GenerateVerifier()
	address := config.AuthCodeURL(
		"state-of-go", oidc.Nonce("nonce-of-go"), oauth2.S256ChallengeOption(verifier))
	response := signIn(t, s, address, web.RedirectURIs[0])
	if response.Get("state") != "state-of-go" {
		t.Fatalf("no code: %v", response.Get("error_description"))
	}
	tokens, err := config.Exchange(ctx, response.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	rawIDToken, _ := tokens.Extra("id_token").(string)
	recordSecrets(t, response.Get("code"), tokens.AccessToken, tokens.RefreshToken, rawIDToken)

	idToken, err := provider.Verifier(&oidc.Config{ClientID: web.ID}).Verify(ctx, rawIDToken)
	if err != nil || idToken.Nonce != "nonce-of-go" {
		t.Fatalf("the ID token is not valid: %v", err)
	}
	info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil || info.Subject != idToken.Subject {
		t.Fatalf("UserInfo is of another user: %v", err)
	}
	expired := *tokens
	expired.AccessToken = ""
	renewed, err := config.TokenSource(ctx, &expired).Token()
	if err != nil {
		t.Fatal(err)
	}
	recordSecrets(t, renewed.AccessToken, renewed.RefreshToken)
}

func TestGoOIDCRefusesDiscoveryUnderTheTenantName(t *testing.T) {
	// The issuer has the tenant's id, so a document under the name is of another issuer.
	s := readSummary(t)
	_, err := oidc.NewProvider(context.Background(), s.Origin+"/demo/v2.0")
	if err == nil {
		t.Fatal("the library accepted an issuer that is not the address")
	}
}

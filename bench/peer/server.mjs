// A provider with the clients of the benchmark (dataset.rs), which keeps everything in memory.
// Prints its port twice, as the minimal server prints two, and serves until standard input closes.

import { createHash, generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';

// Standard output has the port only; the benchmark closes it then.
console.log = console.info = () => {};

const [clientCount, tenant] = [Number(process.argv[2]), process.argv[3]];
const REDIRECT_URI = 'https://app.test/callback';
const VERIFIER = 'bench-verifier-bench-verifier-bench-verifier';
const SCOPE = 'openid offline_access';
const LIFETIME_SECONDS = 3600;

function derive(name, number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return createHash('sha256').update(name).update(bytes).digest();
}

function uuid(name, number) {
  const bytes = derive(name, number).subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function client(number) {
  const isPublic = number % 2 === 1;
  return {
    client_id: uuid('client', number),
    ...(isPublic ? {} : { client_secret: derive('secret', number).toString('base64url') }),
    token_endpoint_auth_method: isPublic ? 'none' : 'client_secret_post',
    redirect_uris: [REDIRECT_URI],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token']
      .concat(isPublic ? [] : ['client_credentials']),
    id_token_signed_response_alg: 'ES256',
  };
}

const now = () => Math.floor(Date.now() / 1000);
const challenge = createHash('sha256').update(VERIFIER).digest('base64url');

// The stored form of a code, a refresh token or a grant that the benchmark names: its text has the
// numbers of the client and of the grant.
function stored(model, id) {
  const [name, ...rest] = id.split('-');
  const numbers = name === 'refresh' ? rest.slice(1) : rest;
  const grantId = `grant-${numbers[0]}-${numbers[1]}`;
  const common = {
    iat: now(),
    exp: now() + LIFETIME_SECONDS,
    jti: id,
    kind: model,
    accountId: uuid('user', Number(numbers[0])),
    clientId: uuid('client', Number(numbers[0])),
  };
  const token = {
    ...common, grantId, scope: SCOPE, authTime: now(), claims: {}, sessionUid: 'session',
    expiresWithSession: false, resource: 'api://es256', nonce: 'bench-nonce',
  };
  if (model === 'Grant' && name === 'grant') {
    return { ...common, openid: { scope: SCOPE }, resources: { 'api://es256': 'read' } };
  }
  if (model === 'AuthorizationCode' && name === 'code') {
    return {
      ...token, codeChallenge: challenge, codeChallengeMethod: 'S256', redirectUri: REDIRECT_URI,
    };
  }
  if (model === 'RefreshToken' && name === 'refresh') {
    return { ...token, gty: 'authorization_code', rotations: 0, iiat: now() };
  }
  return undefined;
}

const rows = new Map();

class MemoryAdapter {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async find(id) {
    return rows.get(this.key(id)) ?? stored(this.model, id);
  }

  async upsert(id, payload) {
    rows.set(this.key(id), payload);
  }

  async consume(id) {
    rows.set(this.key(id), { ...(await this.find(id)), consumed: now() });
  }

  async destroy(id) {
    rows.delete(this.key(id));
  }

  async revokeByGrantId() {}

  async findByUid() {}

  async findByUserCode() {}
}

function signingKey(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg };
}

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    adapter: MemoryAdapter,
    clients: Array.from({ length: clientCount }, (_, number) => client(number)),
    jwks: {
      keys: [
        signingKey('ec', { namedCurve: 'P-256' }, 'ES256'),
        signingKey('rsa', { modulusLength: 2048 }, 'RS256'),
      ],
    },
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) =>
          ctx.oidc.params.scope?.startsWith('api://rs256') ? 'api://rs256' : 'api://es256',
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          scope: `read ${resource}/.default`,
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: LIFETIME_SECONDS,
          jwt: { sign: { alg: resource === 'api://rs256' ? 'RS256' : 'ES256' } },
        }),
      },
    },
    scopes: ['openid', 'offline_access', 'read', 'api://es256/.default', 'api://rs256/.default'],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    cookies: { keys: ['benchmark'] },
    routes: {
      token: `/${tenant}/oauth2/v2.0/token`,
      introspection: `/${tenant}/oauth2/v2.0/introspect`,
      jwks: `/${tenant}/discovery/v2.0/keys`,
    },
  });
  server.on('request', provider.callback());
  process.stdout.write(`${port} ${port}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));

// Runs oidc-provider on a free port of 127.0.0.1 and prints one JSON line about it.
//
//   node oidc_provider.mjs NODE_MODULES   (it ends when its standard input ends)
//
// The provider decides about clients, PKCE, codes, rotation, revocation and which access
// token lives. Here are only its settings, a consent that asks nobody, and the shape that
// X's /2/users/me has, put over the provider's own userinfo answer.

import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const REDIRECT_URI = 'http://127.0.0.1:8765/callback';
const ACCOUNT = { sub: '4711', preferred_username: 'ada_elsewhere' };
const SCOPES = ['openid', 'profile', 'offline_access'];

const entry = path.resolve(process.argv[2], 'oidc-provider', 'lib', 'index.js');
const { default: Provider } = await import(pathToFileURL(entry));

const random = () => randomBytes(24).toString('hex');
const client = (method, facts) => ({
  client_id: random(),
  token_endpoint_auth_method: method,
  redirect_uris: [REDIRECT_URI],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  ...facts,
});
const clients = [
  client('client_secret_basic', { client_secret: random() }),
  client('none', {}),
];

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  scopes: SCOPES,
  claims: { openid: ['sub'], profile: ['preferred_username'] },
  cookies: { keys: [random()] },
  features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...ACCOUNT, sub: id }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  // OpenID wants prompt=consent for offline_access; Keypane asks as X wants to be asked.
  issueRefreshToken: (_ctx, asking) => asking.grantTypeAllowed('refresh_token'),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  routes: { userinfo: '/2/users/me' },
  ttl: {
    AccessToken: 7200, AuthorizationCode: 30, Grant: 86400, IdToken: 3600,
    Interaction: 300, RefreshToken: 86400, Session: 86400,
  },
});

provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === '/2/users/me' && ctx.status === 200) {
    const { sub, preferred_username: username } = ctx.body;
    ctx.body = { data: { id: sub, username } };
  }
});

async function consent(req, res) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') {
    await provider.interactionFinished(req, res, { login: { accountId: ACCOUNT.sub } });
    return;
  }
  const known = grantId ? await provider.Grant.find(grantId) : undefined;
  const grant = known
    ?? new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  await provider.interactionFinished(
    req,
    res,
    { consent: { grantId: await grant.save() } },
    { mergeWithLastSubmission: true },
  );
}

const answer = provider.callback();
server.on('request', (req, res) => {
  if (!req.url.startsWith('/interaction/')) {
    answer(req, res);
    return;
  }
  consent(req, res).catch(() => { res.statusCode = 500; res.end(); });
});

const environment = {
  name: 'oidc-provider',
  authorize_url: `${issuer}/auth`,
  token_url: `${issuer}/token`,
  revoke_url: `${issuer}/token/revocation`,
  api_url: issuer,
  issuer,
};
const redirect_uri = REDIRECT_URI;
process.stdout.write(`${JSON.stringify({ environment, clients, redirect_uri, scopes: SCOPES })}\n`);
process.stdin.on('end', () => process.exit(0)).resume();

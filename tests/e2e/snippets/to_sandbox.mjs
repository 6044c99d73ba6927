// Gives twitter-api-v2 the sandbox's address in place of X's, which stands in it as a constant.
// Preloaded with node --import; nothing else of the client is touched, and what it sends to
// any other address over https fails.
import http from 'node:http';
import https from 'node:https';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const origin = process.env.KEYPANE_TEST_ORIGIN;
const require = createRequire(path.join(process.cwd(), 'call.mjs'));
const globals = require('./node_modules/twitter-api-v2/dist/cjs/globals.js');
globals.API_V2_PREFIX = `${origin}/2/`;

https.request = (given, ...more) => {
  const asked = given.host ?? given.hostname;
  const { hostname, port } = new URL(origin);
  if (![hostname, `${hostname}:${port}`].includes(asked)) throw new Error(`not here: ${asked}`);
  return http.request({ ...given, protocol: 'http:', hostname, port, agent: undefined }, ...more);
};
syncBuiltinESMExports();

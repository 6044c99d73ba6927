// Ask Keypane for an access token that works now. Needs nothing but Node.js; copy it.
import { createHash } from "node:crypto";
import net from "node:net";
import os from "node:os";
import path from "node:path";

/** Where Keypane listens: a socket's path, on Windows a pipe's name. */
export function address() {
  const { env, platform } = process;
  if (env.KEYPANE_SOCKET) return env.KEYPANE_SOCKET;
  const data = {
    darwin: () => path.join(os.homedir(), "Library", "Application Support", "Keypane"),
    win32: () => path.join(env.LOCALAPPDATA || path.join(os.homedir(), "AppData", "Local"), "Keypane"),
  }[platform] ?? (() => path.join(env.XDG_DATA_HOME || path.join(os.homedir(), ".local", "share"), "keypane"));
  const home = path.resolve(env.KEYPANE_HOME || data());
  if (platform !== "win32") return path.join(home, "helper.sock");
  return "\\\\.\\pipe\\keypane-" + createHash("sha256").update(home.toLowerCase()).digest("hex").slice(0, 32);
}

/** Resolves to { token, kind, expires_at? }. `who` is "bearer" or a user, as "@acme". */
export function ask(app, who = "") {
  return new Promise((resolve, reject) => {
    let text = "";
    const helper = net.connect(address(), () => helper.write(JSON.stringify({ app, as: who }) + "\n"));
    helper.setEncoding("utf8").setTimeout(90_000, () => helper.destroy(new Error("no answer")));
    helper.on("error", reject).on("close", () => reject(new Error("no answer")));
    helper.on("data", (chunk) => {
      if (!(text += chunk).includes("\n")) return;
      const { error, ...answer } = JSON.parse(text);
      if (error) reject(new Error(`${error.message} ${error.next_step}`));
      else resolve(answer);
      helper.end();
    });
  });
}

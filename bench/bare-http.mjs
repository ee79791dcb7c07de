/** The peer of bench/idle-agent.ts: the least that a Node.js server can be. */
import { createServer } from "node:http";

createServer((_request, response) => response.end("ok")).listen(0, "127.0.0.1", () => console.log("ready"));

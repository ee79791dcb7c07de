import type { Dispatcher } from "undici";

/** A Furnace server that the agent registers with and uploads to. */
export interface ServerAddress {
	/** origin, without a slash at the end: `http://127.0.0.1:8080` */
	readonly url: string;
	/** how to connect (a CA, a client certificate, a socket); default: plainly */
	readonly dispatcher?: Dispatcher;
}

/** What the agent proves itself with; asked before each request, since tokens rotate. */
export type TokenSource = () => Promise<string>;

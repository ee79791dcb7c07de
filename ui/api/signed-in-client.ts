import type { Client } from "../../contract/client.ts";
import type { Method } from "../../contract/route.ts";
import { hasCode } from "../failure.ts";
import type { Session } from "../session/session.ts";

/**
 * The client of a page whose user may have to sign in: whatever only reads waits for the sign-in and is then asked
 * again, so that everything goes on where it was. What changes something is never repeated by itself.
 */
export function signedInClient(client: Client, session: Session): Client {
	const ask = async <T>(
		method: Method,
		signal: AbortSignal | undefined,
		send: () => Promise<T>,
	): Promise<T> => {
		for (;;) {
			const reads = method === "GET";
			if (reads) await session.untilSignedIn(signal);
			const token = session.token();
			try {
				return await send();
			} catch (error) {
				if (!hasCode(error, "unauthenticated")) throw error;
				session.refuse(token);
				if (!reads) throw error;
			}
		}
	};
	return {
		open: (route, options) => ask(route.method, options.signal, () => client.open(route, options)),
		call: (route, options) => ask(route.method, options.signal, () => client.call(route, options)),
		url: client.url,
		below: (prefix) => signedInClient(client.below(prefix), session),
	};
}

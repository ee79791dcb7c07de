import { connect, createServer, type Socket } from "node:net";

export interface MuteProxy {
	readonly port: number;
	/** The connections there are fall silent, without being closed; new ones work: as when a load balancer forgets them. */
	mute(): void;
	/** All connections break, and no new one comes about: as when the API server is gone. */
	cut(): Promise<void>;
	restore(): Promise<void>;
	close(): Promise<void>;
}

/** A TCP proxy that can behave as networks do. */
export async function startMuteProxy(
	host: string,
	target: { host: string; port: number },
): Promise<MuteProxy> {
	const sockets = new Set<Socket>();
	const server = createServer((near) => {
		const far = connect(target);
		for (const [from, to] of [
			[near, far],
			[far, near],
		] as const) {
			sockets.add(from);
			from.on("error", () => to.destroy());
			from.on("close", () => {
				sockets.delete(from);
				to.destroy();
			});
			from.pipe(to);
		}
	});
	const listen = (port: number) =>
		new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, host, resolve));
	await listen(0);
	const { port } = server.address() as { port: number };
	const cut = async () => {
		const closed = new Promise<void>((resolve) => server.close(() => resolve()));
		for (const socket of sockets) socket.destroy();
		await closed;
	};
	return {
		port,
		mute() {
			for (const socket of sockets) socket.unpipe().pause();
		},
		cut,
		restore: () => listen(port),
		close: cut,
	};
}

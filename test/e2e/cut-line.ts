import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a TCP port that can be cut. */
export interface CutLine {
	/** of 127.0.0.1: leads to where it was opened to */
	readonly port: number;
	/** As if the other end had gone: connections end, and new ones are refused. */
	cut(): void;
	mend(): void;
	close(): Promise<void>;
}

export async function openLineTo(host: string, port: number): Promise<CutLine> {
	const sockets = new Set<Socket>();
	let isCut = false;
	const server = createServer((socket) => {
		if (isCut) return void socket.destroy();
		const upstream = connect(port, host);
		for (const [one, other] of [
			[socket, upstream],
			[upstream, socket],
		] as const) {
			sockets.add(one);
			one.on("error", () => other.destroy());
			one.on("close", () => {
				sockets.delete(one);
				other.destroy();
			});
			one.pipe(other);
		}
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const cut = () => {
		isCut = true;
		for (const socket of sockets) socket.destroy();
	};
	return {
		port: (server.address() as AddressInfo).port,
		cut,
		mend() {
			isCut = false;
		},
		async close() {
			cut();
			server.close();
			await once(server, "close");
		},
	};
}

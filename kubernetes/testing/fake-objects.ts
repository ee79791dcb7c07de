import type { KubernetesObject } from "../objects.ts";

export interface Stored extends KubernetesObject {
	readonly metadata: KubernetesObject["metadata"] & { uid: string; resourceVersion: string };
}

export interface Change {
	readonly type: "ADDED" | "MODIFIED" | "DELETED";
	readonly path: string;
	readonly object: Stored;
	readonly version: number;
}

export interface NewObject {
	readonly metadata: KubernetesObject["metadata"];
	readonly [field: string]: unknown;
}

/** Objects by the path of their collection and their name, with resource versions; each change is told and remembered. */
export class FakeObjects {
	readonly history: Change[] = [];
	readonly #objects = new Map<string, Stored>();
	readonly #tell: (change: Change) => void;
	#version = 1;
	#uids = 0;

	constructor(tell: (change: Change) => void) {
		this.#tell = tell;
	}

	get version(): number {
		return this.#version;
	}

	/** @param path of the object */
	get(path: string): Stored | undefined {
		return this.#objects.get(path);
	}

	/** @param path of the collection */
	put(path: string, object: NewObject): Stored {
		const key = `${path}/${object.metadata.name}`;
		const before = this.#objects.get(key);
		const version = ++this.#version;
		const stored = {
			...object,
			metadata: {
				...object.metadata,
				uid: object.metadata.uid ?? before?.metadata.uid ?? `uid-${++this.#uids}`,
				resourceVersion: String(version),
			},
		} as unknown as Stored;
		this.#objects.set(key, stored);
		this.#record({ type: before === undefined ? "ADDED" : "MODIFIED", path, object: stored, version });
		return stored;
	}

	/** @param path of the collection */
	remove(path: string, name: string): void {
		const object = this.#objects.get(`${path}/${name}`);
		if (object === undefined) return;
		this.#objects.delete(`${path}/${name}`);
		const version = ++this.#version;
		const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
		this.#record({ type: "DELETED", path, object: last, version });
	}

	/** @returns a list as the API server answers it */
	page(path: string, query: URLSearchParams): object {
		const items = [...this.#objects].filter(([key]) => parentOf(key) === path).map(([, item]) => item);
		const from = Number(query.get("continue") ?? 0);
		const limit = Number(query.get("limit") ?? items.length);
		const next = from + limit >= items.length ? {} : { continue: String(from + limit) };
		return {
			kind: "List",
			metadata: { resourceVersion: String(this.#version), ...next },
			items: items.slice(from, from + limit),
		};
	}

	#record(change: Change): void {
		this.history.push(change);
		this.#tell(change);
	}
}

/** The collection that an object's path is in. */
export function parentOf(path: string): string {
	return path.slice(0, path.lastIndexOf("/"));
}

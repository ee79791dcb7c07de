import type { Change } from "./change.ts";
import type { KubernetesObject, Metadata } from "./objects.ts";

interface Entry<P> {
	readonly name: string;
	readonly namespace: string | undefined;
	readonly uid: string;
	readonly resourceVersion: string | undefined;
	readonly object: P;
}

/** Objects of the whole cluster stand under this one. */
const NO_NAMESPACE = "";

/** What a store holds: one projection an object, found by name and by UID. Each change is told. */
export class StoreMemory<T extends KubernetesObject, P> {
	readonly #project: (object: T) => P;
	readonly #tell: (change: Change<P>) => void;
	readonly #refuse: (error: unknown, metadata: Metadata) => void;
	readonly #byNamespace = new Map<string, Map<string, Entry<P>>>();
	readonly #byUid = new Map<string, Entry<P>>();

	/** @param refuse told of each object for which `project` throws; it is left out */
	constructor(
		project: (object: T) => P,
		tell: (change: Change<P>) => void,
		refuse: (error: unknown, metadata: Metadata) => void,
	) {
		this.#project = project;
		this.#tell = tell;
		this.#refuse = refuse;
	}

	get(name: string, namespace?: string): P | undefined {
		return this.#find(name, namespace)?.object;
	}

	byUid(uid: string): P | undefined {
		return this.#byUid.get(uid)?.object;
	}

	list(namespace?: string): P[] {
		const spaces =
			namespace === undefined ? this.#byNamespace.values() : [this.#byNamespace.get(namespace) ?? new Map()];
		return [...spaces].flatMap((entries) => [...entries.values()].map(({ object }) => object));
	}

	put(object: T): void {
		this.#putEntry(this.#entryOf(object), object.metadata);
	}

	/** An object that has gone; one of the same name that came after it stays. */
	remove({ name, namespace, uid }: Metadata): void {
		const entry = this.#find(name, namespace);
		if (entry !== undefined && (uid === undefined || uid === entry.uid)) this.#forget(entry);
	}

	/** Projects what a list brings page by page; `finish` makes it what is held: what was not listed is gone. */
	startList(): { add(objects: readonly T[]): void; finish(): void } {
		const listed: [Entry<P> | undefined, Metadata][] = [];
		return {
			add: (objects) => {
				for (const object of objects) listed.push([this.#entryOf(object), identityOf(object.metadata)]);
			},
			finish: () => {
				const uids = new Set(listed.map(([, { uid }]) => uid));
				for (const entry of [...this.#byUid.values()]) if (!uids.has(entry.uid)) this.#forget(entry);
				for (const [entry, metadata] of listed) this.#putEntry(entry, metadata);
			},
		};
	}

	#entryOf(object: T): Entry<P> | undefined {
		const { name, namespace, uid, resourceVersion } = object.metadata;
		try {
			return { name, namespace, uid: uid ?? "", resourceVersion, object: this.#project(object) };
		} catch (error) {
			this.#refuse(error, object.metadata);
			return undefined;
		}
	}

	#putEntry(entry: Entry<P> | undefined, { name, namespace }: Metadata): void {
		const known = this.#find(name, namespace);
		if (known !== undefined && known.uid !== entry?.uid) this.#forget(known);
		if (entry === undefined) return;
		const before = this.#find(name, namespace);
		if (before !== undefined && before.resourceVersion === entry.resourceVersion) return;
		this.#keep(entry);
		this.#tell(
			before === undefined
				? { type: "added", ...namesOf(entry), object: entry.object }
				: { type: "changed", ...namesOf(entry), object: entry.object, before: before.object },
		);
	}

	#find(name: string, namespace: string | undefined): Entry<P> | undefined {
		return this.#byNamespace.get(namespace ?? NO_NAMESPACE)?.get(name);
	}

	#keep(entry: Entry<P>): void {
		const space = entry.namespace ?? NO_NAMESPACE;
		let entries = this.#byNamespace.get(space);
		if (entries === undefined) {
			entries = new Map();
			this.#byNamespace.set(space, entries);
		}
		entries.set(entry.name, entry);
		this.#byUid.set(entry.uid, entry);
	}

	#forget(entry: Entry<P>): void {
		const space = entry.namespace ?? NO_NAMESPACE;
		const entries = this.#byNamespace.get(space);
		entries?.delete(entry.name);
		if (entries?.size === 0) this.#byNamespace.delete(space);
		this.#byUid.delete(entry.uid);
		this.#tell({ type: "removed", ...namesOf(entry), object: entry.object });
	}
}

function namesOf({ name, namespace, uid }: Entry<unknown>) {
	return { name, uid, ...(namespace === undefined ? {} : { namespace }) };
}

/** Keeps the listed object itself from being kept. */
function identityOf({ name, namespace, uid }: Metadata): Metadata {
	return {
		name,
		...(namespace === undefined ? {} : { namespace }),
		...(uid === undefined ? {} : { uid }),
	};
}

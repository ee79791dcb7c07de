import type { KubernetesObject, ResourceKind, Selection } from "./objects.ts";
import type { AccessQuestion, TokenAnswer } from "./reviews.ts";

/** The API server refused. `status` as in HTTP, `reason` as in Kubernetes' Status (`Forbidden`, `Conflict` ...). */
export class KubernetesError extends Error {
	override name = "KubernetesError";
	readonly status: number;
	readonly reason: string;

	constructor(status: number, reason: string, message: string, options?: ErrorOptions) {
		super(message, options);
		this.status = status;
		this.reason = reason;
	}
}

/** A cluster's API, as far as Furnace needs it. Every call has a deadline of its own. All throw `KubernetesError`. */
export interface Cluster {
	/** @returns null: there is none */
	get<T extends KubernetesObject>(kind: ResourceKind, name: string, namespace?: string): Promise<T | null>;
	/** All of them, page by page. */
	list<T extends KubernetesObject>(kind: ResourceKind, selection?: Selection): Promise<T[]>;
	/** @throws KubernetesError status 409 when it is there already */
	create<T extends KubernetesObject>(kind: ResourceKind, object: object): Promise<T>;
	/** Server-side apply by one field manager, taking over what others hold. `subresource`: `status`. */
	apply<T extends KubernetesObject>(
		kind: ResourceKind,
		object: object,
		options: { fieldManager: string; subresource?: "status" },
	): Promise<T>;
	/**
	 * Gone afterwards, or going; one that is not there is no error.
	 * @param only this very one; another of the same name stays
	 */
	delete(kind: ResourceKind, name: string, namespace?: string, only?: { uid: string }): Promise<void>;
	/** of the API server */
	version(): Promise<{ major: number; minor: number }>;
	/** Who has this token? @param audience absent: the API server's own */
	reviewToken(token: string, audience?: string): Promise<TokenAnswer | null>;
	/** May they? */
	reviewAccess(question: AccessQuestion): Promise<boolean>;
}

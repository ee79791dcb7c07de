/** What happened to an object that a store holds. */
export interface Change<P> {
	readonly type: "added" | "changed" | "removed";
	readonly name: string;
	/** absent: of the whole cluster */
	readonly namespace?: string;
	readonly uid: string;
	/** removed: as it was last */
	readonly object: P;
	/** changed: as it was */
	readonly before?: P;
}

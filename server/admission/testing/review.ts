export const REVIEW_UID = "705ab4f5-6393-11e8-b7cc-42010a800002";

/** A request as API servers send it, for the creation of a pod unless changed. */
export function reviewOf(object: unknown, changes: object = {}): Record<string, unknown> {
	return {
		apiVersion: "admission.k8s.io/v1",
		kind: "AdmissionReview",
		request: {
			uid: REVIEW_UID,
			kind: { group: "", version: "v1", kind: "Pod" },
			resource: { group: "", version: "v1", resource: "pods" },
			namespace: "shop",
			operation: "CREATE",
			userInfo: {
				username: "system:serviceaccount:kube-system:replicaset-controller",
				groups: ["system:authenticated"],
			},
			object,
			oldObject: null,
			dryRun: false,
			options: { apiVersion: "meta.k8s.io/v1", kind: "CreateOptions" },
			...changes,
		},
	};
}

export interface ReviewAnswer {
	uid: string;
	allowed: boolean;
	patchType?: string;
	patch?: string;
	warnings?: string[];
	auditAnnotations?: Record<string, string>;
}

/** @returns the response inside an answer's text */
export function responseIn(text: string): ReviewAnswer {
	return (JSON.parse(text) as { response: ReviewAnswer }).response;
}

export interface Operation {
	op: "add";
	path: string;
	value: unknown;
}

/** @returns the operations of an answer's text; none where it has no patch */
export function operationsIn(text: string): Operation[] {
	const { patch } = responseIn(text);
	return patch === undefined
		? []
		: (JSON.parse(Buffer.from(patch, "base64").toString("utf8")) as Operation[]);
}

import { KubernetesError } from "../../../kubernetes/cluster.ts";
import type { AccessQuestion, TokenAnswer } from "../../../kubernetes/reviews.ts";

/** An API server's reviews, from tables; for what a real one cannot be made to do. */
export interface FakeReviews {
	/** by audience and token: `furnace TOKEN`, and without an audience just ` TOKEN` */
	tokens: Map<string, TokenAnswer>;
	/** by `USER VERB NAMESPACE` */
	rights: Set<string>;
	/** every question, in order */
	readonly asked: (string | AccessQuestion)[];
	away: boolean;
	reviewToken(token: string, audience?: string): Promise<TokenAnswer | null>;
	reviewAccess(question: AccessQuestion): Promise<boolean>;
}

export function fakeReviews(): FakeReviews {
	const answerUnlessAway = () => {
		if (fake.away) throw new KubernetesError(0, "Unreachable", "connect ECONNREFUSED");
	};
	const fake: FakeReviews = {
		tokens: new Map(),
		rights: new Set(),
		asked: [],
		away: false,
		async reviewToken(token, audience = "") {
			fake.asked.push(`${audience} ${token}`);
			answerUnlessAway();
			return fake.tokens.get(`${audience} ${token}`) ?? null;
		},
		async reviewAccess(question) {
			fake.asked.push(question);
			answerUnlessAway();
			return fake.rights.has(`${question.user} ${question.verb} ${question.namespace ?? ""}`);
		},
	};
	return fake;
}

export function tokenAnswer(username: string, changes: Partial<TokenAnswer> = {}): TokenAnswer {
	return { username, groups: ["system:authenticated"], extra: {}, audiences: [], ...changes };
}

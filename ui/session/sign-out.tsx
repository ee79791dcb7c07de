import { Button } from "@patternfly/react-core";
import { SignOutAltIcon } from "@patternfly/react-icons";
import { moment, printable } from "../wording.ts";
import { session, useToken } from "./current.ts";
import { claimsOf } from "./token-text.ts";

/** Only where somebody signed in by a token. */
export function SignOut() {
	const token = useToken();
	if (token === null) return null;
	const { name, expiresAt } = claimsOf(token);
	const who = name === undefined ? "Sign out" : `Sign out ${printable(name, 253)}`;
	const until =
		expiresAt === undefined ? "" : `, whose token is good until ${moment(expiresAt.toISOString())}`;
	return (
		<Button
			variant="plain"
			size="sm"
			icon={<SignOutAltIcon />}
			aria-label="Sign out"
			title={who + until}
			onClick={() => session.signOut()}
		/>
	);
}

import { Alert, Card, CardBody, CardTitle } from "@patternfly/react-core";
import { useEffect, useRef } from "react";
import { CREATE_TOKEN, OPENSHIFT_TOKEN } from "../commands/kubectl.ts";
import { CopyLine } from "../frame/copy-line.tsx";
import { LoginForm } from "./login-form.tsx";
import type { Demand } from "./session.ts";

const HEADINGS: Record<Demand, string> = {
	missing: "Sign in",
	expired: "Sign in again",
	"signed-out": "Signed out",
};

/** Where the server wants to know who calls: a token is pasted here, and all goes on where it was. */
export function LoginPage({ demand }: { demand: Demand }) {
	useTabTitle(HEADINGS[demand]);
	return (
		<div className="furnace-login">
			<h1 className="pf-v6-c-title pf-m-2xl">{HEADINGS[demand]}</h1>
			<Notice demand={demand} />
			<div className="furnace-columns">
				<Card component="section">
					<CardTitle component="h2">Your token</CardTitle>
					<CardBody>
						<LoginForm />
					</CardBody>
				</Card>
				<Card component="section">
					<CardTitle component="h2">Where to get one</CardTitle>
					<CardBody>
						<WhereFrom />
					</CardBody>
				</Card>
			</div>
		</div>
	);
}

/** Announced, since it may come in the middle of something. */
function Notice({ demand }: { demand: Demand }) {
	if (demand === "expired") {
		return (
			<div role="alert">
				<Alert isInline variant="warning" component="h2" title="Your token is no longer taken">
					It has run out, or was revoked. Recordings go on meanwhile; once you are signed in again, you are
					right back where you were.
				</Alert>
			</div>
		);
	}
	return (
		<p role="status">
			{demand === "missing"
				? "This Furnace shows everybody what their own rights in the cluster allow, so it needs a token of yours."
				: "Your token is forgotten, and with it all that was shown here."}
		</p>
	);
}

function WhereFrom() {
	return (
		<dl className="furnace-ways">
			<dt>Kubernetes, for a ServiceAccount</dt>
			<dd>
				<CopyLine text={CREATE_TOKEN} />
				<p>
					It sees what this account may see: the view role shows pods and recordings, the edit role records.
				</p>
			</dd>
			<dt>OpenShift, for yourself</dt>
			<dd>
				<CopyLine text={OPENSHIFT_TOKEN} />
			</dd>
			<dt>Through a login page in front of Furnace</dt>
			<dd>
				<p>
					No token is needed there. <a href={location.href}>Load this page anew</a> to sign in once more.
				</p>
			</dd>
		</dl>
	);
}

/** What the tab said before comes back, unless the page behind has changed it since. */
function useTabTitle(title: string): void {
	const before = useRef(document.title);
	useEffect(() => {
		const ours = `${title} · Furnace`;
		document.title = ours;
		return () => {
			if (document.title === ours) document.title = before.current;
		};
	}, [title]);
}

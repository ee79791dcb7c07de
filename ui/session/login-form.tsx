import {
	Button,
	Form,
	FormGroup,
	FormHelperText,
	HelperText,
	HelperTextItem,
	InputGroup,
	InputGroupItem,
	TextInput,
} from "@patternfly/react-core";
import { EyeIcon, EyeSlashIcon } from "@patternfly/react-icons";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { tryToken } from "../api/client.ts";
import { hasCode } from "../failure.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { MAIN } from "../frame/place.tsx";
import { session } from "./current.ts";
import { readTokenText } from "./token-text.ts";

const REFUSED =
	"The server does not take this token. It may be cut off, have run out, or belong to another cluster or audience.";

/** The token is tried before it is kept, so that a wrong one says so here. */
export function LoginForm() {
	const [text, setText] = useState("");
	const [error, setError] = useState<string | null>(null);
	const [shown, setShown] = useState(false);
	const field = useRef<HTMLInputElement>(null);
	const check = useMutation({ mutationFn: tryToken });
	useEffect(() => {
		// the page behind may have been scrolled down
		document.getElementById(MAIN)?.scrollTo(0, 0);
		field.current?.focus();
	}, []);
	const refuse = (words: string) => {
		setError(words);
		field.current?.focus();
	};
	const submit = (event: FormEvent) => {
		event.preventDefault();
		const read = readTokenText(text);
		if ("error" in read) return refuse(read.error);
		setError(null);
		check.mutate(read.token, {
			onSuccess: () => session.signIn(read.token),
			onError: (failure) => (hasCode(failure, "unauthenticated") ? refuse(REFUSED) : undefined),
		});
	};
	const unexpected = check.error && !hasCode(check.error, "unauthenticated") ? check.error : null;
	return (
		<Form onSubmit={submit}>
			<FormGroup label="Bearer token" fieldId="token" isRequired>
				<InputGroup>
					<InputGroupItem isFill>
						<TextInput
							id="token"
							ref={field}
							type={shown ? "text" : "password"}
							value={text}
							onChange={(_, value) => setText(value)}
							validated={error === null ? "default" : "error"}
							aria-describedby="token-note"
							autoComplete="off"
							spellCheck="false"
							autoCapitalize="off"
							isRequired
						/>
					</InputGroupItem>
					<InputGroupItem>
						<Button
							variant="control"
							icon={shown ? <EyeSlashIcon /> : <EyeIcon />}
							aria-label={shown ? "Hide the token" : "Show the token"}
							onClick={() => setShown(!shown)}
						/>
					</InputGroupItem>
				</InputGroup>
				<FormHelperText>
					<HelperText id="token-note" aria-live="polite">
						<HelperTextItem variant={error === null ? "default" : "error"}>
							{error ?? "It stays in this browser tab and is forgotten when you close it or sign out."}
						</HelperTextItem>
					</HelperText>
				</FormHelperText>
			</FormGroup>
			{unexpected ? <FailureAlert error={unexpected} /> : null}
			<div>
				<Button type="submit" size="lg" isLoading={check.isPending} isDisabled={check.isPending}>
					{check.isPending ? "Signing in…" : "Sign in"}
				</Button>
			</div>
		</Form>
	);
}

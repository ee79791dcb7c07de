import { Alert } from "@patternfly/react-core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { NetworkError } from "../../contract/client.ts";
import { useNamespaces } from "../api/queries.ts";
import { awayAdvice } from "../surroundings.ts";
import { useSurroundings } from "./use-surroundings.ts";

/** Says that the server is away (unless the page does), and fetches everything anew once it is back. */
export function ConnectionBanner({ quiet }: { quiet: boolean }) {
	const { failureReason, error } = useNamespaces();
	const queries = useQueryClient();
	const surroundings = useSurroundings();
	const away = (failureReason ?? error) instanceof NetworkError;
	const wasAway = useRef(false);
	useEffect(() => {
		if (wasAway.current && !away) void queries.invalidateQueries();
		wasAway.current = away;
	}, [away, queries]);
	return (
		<div role="status" className="furnace-connection">
			{away && !quiet ? (
				<Alert variant="warning" isInline title="Connection lost, trying again" component="h2">
					Furnace's server does not answer. {awayAdvice(surroundings)} This page goes on by itself as soon as
					it answers.
				</Alert>
			) : null}
		</div>
	);
}

import {
	Masthead,
	MastheadBrand,
	MastheadContent,
	MastheadMain,
	Page,
	PageSection,
	SkipToContent,
} from "@patternfly/react-core";
import type { ReactNode } from "react";
import type { Place } from "../navigation.ts";
import { SignOut } from "../session/sign-out.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Link, MAIN } from "./place.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** What surrounds every page: brand, navigation, colours, and the state of the connection. */
export function Frame({ place, children }: { place: Place; children: ReactNode }) {
	return (
		<Page
			masthead={<Head place={place} />}
			mainContainerId={MAIN}
			skipToContent={<SkipToContent href={`#${MAIN}`}>Skip to content</SkipToContent>}
			isContentFilled
		>
			<PageSection hasBodyWrapper={false} className="furnace-page">
				<ConnectionBanner quiet={place.page === "live"} />
				{children}
			</PageSection>
		</Page>
	);
}

function Head({ place }: { place: Place }) {
	const recording = place.page === "record" || place.page === "live";
	const archive = ["recordings", "recording", "compare"].includes(place.page);
	return (
		<Masthead className="furnace-masthead" display={{ default: "inline" }}>
			<MastheadMain>
				<MastheadBrand>
					<Link to={{ page: "record" }} className="furnace-brand">
						<img src="/furnace.svg" alt="" width="32" height="32" />
						<span>Furnace</span>
					</Link>
				</MastheadBrand>
			</MastheadMain>
			<MastheadContent className="furnace-masthead-content">
				<nav aria-label="Main" className="furnace-nav">
					<Link to={{ page: "record" }} aria-current={recording ? "page" : undefined}>
						Record
					</Link>
					<Link to={{ page: "recordings" }} aria-current={archive ? "page" : undefined}>
						Recordings
					</Link>
				</nav>
				<div className="furnace-masthead-tools">
					<ThemeSwitch />
					<SignOut />
				</div>
			</MastheadContent>
		</Masthead>
	);
}

import { ArchivePage } from "./archive/archive-page.tsx";
import { ComparePage } from "./compare/compare-page.tsx";
import { Empty } from "./frame/empty.tsx";
import { Frame } from "./frame/frame.tsx";
import { Heading } from "./frame/heading.tsx";
import { Link, usePlace } from "./frame/place.tsx";
import type { Place } from "./navigation.ts";
import { RecordPage } from "./record/record-page.tsx";
import { LivePage } from "./recording/live-page.tsx";
import { RecordingPage } from "./recording/recording-page.tsx";
import { Gate } from "./session/gate.tsx";

export function App() {
	const place = usePlace();
	return (
		<Frame place={place}>
			<Gate>
				<Content place={place} />
			</Gate>
		</Frame>
	);
}

function Content({ place }: { place: Place }) {
	switch (place.page) {
		case "record":
			return <RecordPage place={place} />;
		case "live":
			return <LivePage key={place.id} {...place} />;
		case "recordings":
			return <ArchivePage />;
		case "recording":
			return <RecordingPage key={place.id} id={place.id} />;
		case "compare":
			return <ComparePage {...place} />;
		case "unknown":
			return <UnknownPage />;
	}
}

function UnknownPage() {
	return (
		<>
			<Heading>Page not found</Heading>
			<Empty
				title="There is nothing at this address"
				actions={<Link to={{ page: "record" }}>Record something</Link>}
			>
				The address may be cut or mistyped. Finished recordings are listed under Recordings.
			</Empty>
		</>
	);
}

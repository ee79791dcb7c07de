/** The dot every recorder has. */
export function RecordIcon() {
	return (
		<svg viewBox="0 0 16 16" width="1em" height="1em" aria-hidden="true">
			<circle cx="8" cy="8" r="6" fill="currentColor" />
		</svg>
	);
}

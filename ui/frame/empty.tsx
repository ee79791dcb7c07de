import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from "@patternfly/react-core";
import type { ComponentType, ReactNode } from "react";

interface EmptyProps {
	title: string;
	/** what to do next */
	children: ReactNode;
	icon?: ComponentType;
	actions?: ReactNode;
	small?: boolean;
}

export function Empty({ title, children, icon, actions, small = false }: EmptyProps) {
	return (
		<EmptyState headingLevel="h2" titleText={title} variant={small ? "xs" : "sm"} {...(icon ? { icon } : {})}>
			<EmptyStateBody>{children}</EmptyStateBody>
			{actions === undefined ? null : (
				<EmptyStateFooter>
					<EmptyStateActions>{actions}</EmptyStateActions>
				</EmptyStateFooter>
			)}
		</EmptyState>
	);
}

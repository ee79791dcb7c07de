import { useEffect, useRef } from "react";
import type { CallTree } from "../../profile/call-tree.ts";
import { createProfileView, type ProfileView } from "../profile-view/profile-view.ts";

/** The framework-free profile view as a component; it outlives renders and only gets new trees. */
export function ProfilePanel({ tree }: { tree: CallTree }) {
	const host = useRef<HTMLDivElement>(null);
	const view = useRef<ProfileView>(null);
	useEffect(() => {
		if (host.current === null) return;
		const made = createProfileView(host.current);
		view.current = made;
		const colors = new MutationObserver(() => made.recolor());
		colors.observe(document.documentElement, { attributeFilter: ["class"] });
		return () => {
			colors.disconnect();
			made.destroy();
			view.current = null;
		};
	}, []);
	useEffect(() => view.current?.show(tree), [tree]);
	return <div ref={host} className="furnace-profile" />;
}

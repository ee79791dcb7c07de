import { labelNamespace, labelWorkload } from "../commands/kubectl.ts";
import { CopyLine } from "../frame/copy-line.tsx";
import { Empty } from "../frame/empty.tsx";
import { LABELLED_NAMESPACES } from "./skip-fixes.ts";

/** Either nothing is labelled yet, or what is labelled is not the caller's to see. */
export function NoNamespaces() {
	return (
		<Empty title="No namespace takes part that you may see">
			<div className="furnace-steps">
				<p>This page goes on by itself as soon as there is one.</p>
				<ol>
					<li>
						<p>Label a namespace:</p>
						<CopyLine text={labelNamespace()} />
					</li>
					<li>
						<p>Label what makes your pods; they are made anew, with the sidecar:</p>
						<CopyLine text={labelWorkload()} />
					</li>
					<li>
						<p>
							If it is labelled already, you may not look into it. An administrator lists those that are
							labelled, and gives you the view role in yours (the edit role to record; to a ServiceAccount
							with --serviceaccount=NAMESPACE:NAME):
						</p>
						<CopyLine text={LABELLED_NAMESPACES} />
						<CopyLine text="kubectl create rolebinding furnace-view --clusterrole=view --user=USER -n NAMESPACE" />
					</li>
				</ol>
			</div>
		</Empty>
	);
}

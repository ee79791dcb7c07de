import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from "@patternfly/react-core";
import { TrashIcon } from "@patternfly/react-icons";
import { useState } from "react";
import type { Recording } from "../../contract/recording.ts";
import { useDeleteRecording } from "../api/queries.ts";
import { FailureAlert } from "../frame/failure-alert.tsx";
import { titleOf } from "../recording/words.ts";
import { useDemand } from "../session/current.ts";
import { counted, moment } from "../wording.ts";

interface DeleteButtonProps {
	recording: Recording;
	onDeleted?: () => void;
	/** only the icon, for lists */
	compact?: boolean;
}

/** Deletes for good, so it asks first. */
export function DeleteButton({ recording, onDeleted, compact = false }: DeleteButtonProps) {
	const [asking, setAsking] = useState(false);
	// a dialog would cover the login form, and hide it from screen readers
	const signedIn = useDemand() === null;
	const label = `Delete the recording of ${titleOf(recording.target)}, ${moment(recording.startedAt)}`;
	return (
		<>
			<Button
				variant={compact ? "plain" : "secondary"}
				isDanger={!compact}
				icon={<TrashIcon />}
				aria-label={label}
				onClick={() => setAsking(true)}
			>
				{compact ? null : "Delete"}
			</Button>
			{asking && signedIn ? (
				<DeleteQuestion recording={recording} onClose={() => setAsking(false)} onDeleted={onDeleted} />
			) : null}
		</>
	);
}

interface DeleteQuestionProps {
	recording: Recording;
	onClose: () => void;
	onDeleted: (() => void) | undefined;
}

function DeleteQuestion({ recording, onClose, onDeleted }: DeleteQuestionProps) {
	const remove = useDeleteRecording();
	const confirm = () =>
		remove.mutate(recording.id, {
			onSuccess: () => {
				onClose();
				onDeleted?.();
			},
		});
	return (
		<Modal
			isOpen
			variant="small"
			onClose={onClose}
			aria-labelledby="delete-title"
			aria-describedby="delete-body"
		>
			<ModalHeader title="Delete this recording?" titleIconVariant="warning" labelId="delete-title" />
			<ModalBody id="delete-body">
				<p>
					{titleOf(recording.target)}, {moment(recording.startedAt)}, {counted(recording.samples, "sample")}.
				</p>
				<p>It cannot be brought back. Files that were downloaded stay.</p>
				{remove.error ? <FailureAlert error={remove.error} /> : null}
			</ModalBody>
			<ModalFooter>
				<Button variant="danger" isLoading={remove.isPending} isDisabled={remove.isPending} onClick={confirm}>
					Delete
				</Button>
				<Button variant="link" onClick={onClose}>
					Keep
				</Button>
			</ModalFooter>
		</Modal>
	);
}

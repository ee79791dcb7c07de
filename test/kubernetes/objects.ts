/** The parts of Kubernetes' objects that these tests look at. */

export interface Container {
	name: string;
	image?: string;
	restartPolicy?: string;
}

export interface ContainerStatus {
	name: string;
	ready: boolean;
	restartCount: number;
	state: {
		running?: object;
		terminated?: { exitCode: number; reason?: string };
		waiting?: { reason: string };
	};
}

export interface Pod {
	metadata: {
		name: string;
		namespace: string;
		uid: string;
		labels?: Record<string, string>;
		annotations?: Record<string, string>;
		deletionTimestamp?: string;
	};
	spec: {
		containers: Container[];
		initContainers?: Container[];
		volumes?: ({ name: string } & Record<string, Record<string, unknown>>)[];
		nodeName?: string;
	};
	status: {
		phase?: string;
		reason?: string;
		podIP?: string;
		containerStatuses?: ContainerStatus[];
		initContainerStatuses?: ContainerStatus[];
		conditions?: { type: string; status: string }[];
	};
}

export interface Event {
	reason: string;
	message: string;
	type: string;
	involvedObject: { kind: string; name: string };
}

/** Record types and flags of perf's own format (`perf_event.h`, and perf's `event.h` from 64 on). */
export const RECORD = {
	mmap: 1,
	lost: 2,
	comm: 3,
	exit: 4,
	fork: 7,
	sample: 9,
	mmap2: 10,
	lostSamples: 13,
	/** from here on perf's own, which carry no sample id */
	firstOfPerf: 64,
	attribute: 64,
	tracingData: 66,
	buildId: 67,
	finishedRound: 68,
	auxtrace: 71,
	eventUpdate: 78,
	compressed: 81,
	compressed2: 83,
} as const;

export const MISC = {
	modeMask: 7,
	guestKernel: 4,
	guestUser: 5,
	/** of COMM: an exec; of FORK: made up by perf for what ran already; of MMAP: data */
	bit13: 0x2000,
	/** of MMAP2: device and inode give way to a build-id */
	mmapBuildId: 0x4000,
	/** of BUILD_ID: it says how long it is; of LOST_SAMPLES: dropped on purpose, by a filter */
	bit15: 0x8000,
} as const;

export const SAMPLE_FIELD = {
	ip: 1 << 0,
	tid: 1 << 1,
	time: 1 << 2,
	addr: 1 << 3,
	read: 1 << 4,
	callchain: 1 << 5,
	id: 1 << 6,
	cpu: 1 << 7,
	period: 1 << 8,
	streamId: 1 << 9,
	identifier: 1 << 16,
} as const;

/** Type (4 bytes), misc (2), size of the record with this header (2). */
export const RECORD_HEADER_BYTES = 8;

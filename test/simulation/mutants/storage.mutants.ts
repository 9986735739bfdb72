import { marketDefinition } from '../../../src/allocation/application/market.definition.js';
import type { AppendRequest, EventStore } from '../../../src/eventstore/event-store.js';
import type { RecordedEvent } from '../../../src/eventstore/event.js';
import type { Plant } from '../stage.js';
import { appending, evolve, evolving, type Mutant } from './mutant.js';

/** Of several events that others wrote, the last but one is not folded. */
function tailLost(): Plant {
  const lossy = (tail: readonly RecordedEvent[]): RecordedEvent[] => {
    return tail.filter((_, index) => index !== tail.length - 2);
  };
  const wrap = (store: EventStore): EventStore => {
    const liar = Object.create(store) as EventStore;
    liar.withLockedStream = (stream, work) =>
      store.withLockedStream(stream, (locked) =>
        work({ ...locked, readTail: async (after) => lossy(await locked.readTail(after)) }),
      );
    return liar;
  };
  return { wrap };
}

/** Every tenth append is acknowledged and not made. */
const lossyAppend = appending(() => {
  let appends = 0;
  return async (request, append) => {
    appends += 1;
    return appends % 10 === 0 ? 'appended' : append(request);
  };
});

/** Answers are kept under a name that nobody asks for. */
const misplacedAnswers = appending(() => async (request, append) => {
  const answers = request.answers.map((answer) => ({ ...answer, key: `${answer.key}?` }));
  return append({ ...request, answers });
});

/** Answers are kept, and never found: what is asked again is decided again. */
function forgottenAnswers(): Plant {
  const wrap = (store: EventStore): EventStore => {
    const fresh = async (request: AppendRequest): Promise<AppendRequest> => {
      const kept = new Set((await store.findAnswers(request.answers)).map(({ key }) => key));
      return { ...request, answers: request.answers.filter(({ key }) => !kept.has(key)) };
    };
    const liar = Object.create(store) as EventStore;
    liar.append = async (request) => store.append(await fresh(request));
    liar.openAppender = async () => ({ append: liar.append, release: () => undefined });
    liar.withLockedStream = (stream, work) =>
      store.withLockedStream(stream, (locked) =>
        work({
          ...locked,
          findAnswers: async () => [],
          append: async (request) => locked.append(await fresh(request)),
        }),
      );
    return liar;
  };
  return { wrap };
}

const changedAfterHashing = appending(() => async (request, append) => {
  const events = request.events.map((event) => ({ ...event, data: `${event.data} ` }));
  return append({ ...request, events });
});

export const STORAGE_MUTANTS: readonly Mutant[] = [
  {
    name: 'a state that forgets',
    breaks: 'memory does not follow a change of a pool’s terms',
    promise: 'I5',
    plant: evolving((state, event) => (event.type === 'PoolTermsChanged' ? state : evolve(state, event))),
    found: /I5: .* in memory is not what its log folds to/,
    within: 600,
  },
  {
    name: 'a lost tail event',
    breaks: 'one of the events that another process wrote is not folded',
    promise: 'I5',
    plant: tailLost,
    found: /I5: .* in memory is not what its log folds to/,
    within: 1200,
  },
  {
    name: 'no jobs',
    breaks: 'nothing is looked after when its time has come',
    promise: 'jobs',
    plant: () => ({ definition: { ...marketDefinition, schedule: () => [] } }),
    found: /all jobs have run, and/,
    within: 400,
  },
  {
    name: 'a request decided twice',
    breaks: 'what is asked again under the same key is decided again',
    promise: 'I6',
    plant: forgottenAnswers,
    found: /I6: .* (twice|told|answered)/,
    within: 100,
  },
  {
    name: 'answers that are kept elsewhere',
    breaks: 'an answer is not found under its key',
    promise: 'I6',
    plant: misplacedAnswers,
    found: /no kept answer/,
    within: 50,
  },
  {
    name: 'an append that was not made',
    breaks: 'a batch is acknowledged and not written',
    promise: 'I7',
    plant: lossyAppend,
    found: /no kept answer/,
    within: 50,
  },
  {
    name: 'an event changed by hand',
    breaks: 'an event’s content is not what was hashed',
    promise: 'I8',
    plant: changedAfterHashing,
    found: /is not what its hash says/,
    within: 600,
  },
];

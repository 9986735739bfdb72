// jest-light-runner in child processes, with one thing mended. It has one channel for all processes of its pool:
// whichever asks for its settings first, all are told, and the channel forgets them. A process that started more
// slowly had no ear for it yet, asked in vain, and waited for good with its first file. Here every file but the
// first has a channel of its own, so an answer goes to the process that asked.
import { createRunner } from 'jest-light-runner';

const QUESTION = 'jest-light-runner-get-worker-data';
const ANSWER = 'jest-light-runner-worker-data';

function channelFor(workerData) {
  let tell = () => undefined;
  return {
    onMessage: (listener) => {
      tell = listener;
    },
    postMessage: (message) => {
      if (message === QUESTION) tell({ type: ANSWER, workerData });
    },
  };
}

export default class ChildProcessRunner extends createRunner({ runtime: 'child_process' }) {
  _runTest(test) {
    const { _runtime: runtime, _globalConfig: globalConfig } = this;
    const { config: projectConfig } = test.context;
    const pool = this._testRunners.get(projectConfig)?.pool;
    if (runtime !== 'child_process' || pool === undefined) return super._runTest(test);
    return pool.run(test.path, { channel: channelFor({ globalConfig, projectConfig, runtime }) });
  }
}

import { startTestApp, type ApiClient, type TestApp } from '../support/app.js';
import { Trading, until } from '../support/trading.js';
import { report } from '../support/usage.js';
import { verifyApp } from '../support/verify.js';

let app: TestApp;

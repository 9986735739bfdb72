// Vendure as its documentation starts it, on a database of its own, with one product in stock, one way of
// shipping and its dummy payment; says its port on standard output.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importPeer } from '../peers.mjs';

const { databaseUrl, folder, stock } = JSON.parse(process.argv[2]);
const core = await importPeer('@vendure/core', 'vendure');
const { populate } = await importPeer('@vendure/core/cli', 'vendure');
const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl);

const config = core.mergeConfig(core.defaultConfig, {
  apiOptions: { hostname: '127.0.0.1', port: 0 },
  authOptions: {
    ...{ tokenMethod: ['bearer'], requireVerification: false },
    superadminCredentials: { identifier: 'bench', password: randomBytes(18).toString('base64url') },
    cookieOptions: { secret: randomBytes(18).toString('base64url') },
  },
  dbConnectionOptions: {
    ...{ type: 'postgres', host: searchParams.get('host') ?? hostname, port: Number(port), username, password, database: pathname.slice(1) },
    // The tables are made by the first start; as many connections as there are clients.
    ...{ synchronize: true, extra: { max: 32 } },
  },
  paymentOptions: { paymentMethodHandlers: [core.dummyPaymentHandler] },
  logger: new core.DefaultLogger({ level: core.LogLevel.Error }),
});

const PRODUCT = {
  ...{ name: 'Capacity', slug: 'capacity', description: 'An hour of it', assets: '', facets: '' },
  ...{ optionGroups: '', optionValues: '', sku: 'HOUR', price: '100', taxCategory: 'standard' },
  ...{ stockOnHand: String(stock), trackInventory: 'true', variantAssets: '', variantFacets: '' },
};
const products = join(folder, 'vendure-products.csv');
writeFileSync(products, `${Object.keys(PRODUCT).join(',')}\n${Object.values(PRODUCT).join(',')}\n`);

const payment = { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] };
const app = await populate(
  () => core.bootstrap(config),
  {
    ...{ defaultLanguage: 'en', defaultZone: 'Americas', collections: [] },
    countries: [{ name: 'United States', code: 'US', zone: 'Americas' }],
    taxRates: [{ name: 'Standard Tax', percentage: 0 }],
    shippingMethods: [{ name: 'Standard Shipping', price: 0 }],
    paymentMethods: [{ name: 'Dummy', handler: payment }],
  },
  products,
);
console.log(JSON.stringify({ port: app.getHttpServer().address().port }));
process.on('disconnect', () => process.exit(1));
process.on('SIGTERM', () => process.exit(0));

import { defineConfig } from 'prisma/config';

// Several files make one schema: each domain keeps its models in a file of its own name.
export default defineConfig({
  schema: 'prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost/headroom' },
});

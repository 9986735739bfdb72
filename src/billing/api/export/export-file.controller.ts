import { Readable } from 'node:stream';
import {
  Controller,
  ForbiddenException,
  Get,
  GoneException,
  Inject,
  NotFoundException,
  Param,
  Query,
  Res,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database } from '../../../platform/database/prisma.js';
import { ExportStore } from '../../application/export/export-store.js';
import { readParts } from '../../application/export/part-sink.js';
import { MEDIA_TYPES, type Format } from '../../model/export/export-request.js';
import { ExportLinks } from './export-links.js';

/** The files behind signed links. */
@Controller('exports/files')
export class ExportFileController {
  constructor(
    @Inject(ExportLinks) private readonly links: ExportLinks,
    @Inject(ExportStore) private readonly store: ExportStore,
    @Inject(Database) private readonly database: Database,
  ) {}

  @Get(':exportId')
  async file(
    @Param('exportId') exportId: string,
    @Query('expires') expires: unknown,
    @Query('signature') signature: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const check = this.links.check(exportId, expires, signature);
    if (check === 'wrong') throw new ForbiddenException('the link is not one of ours: ask for another');
    if (check === 'expired') throw new GoneException('the link has expired: ask for another');
    const row = await this.database.export.findUnique({ where: { exportId } });
    if (row === null) throw new NotFoundException('there is no such export');
    const { status, attempt, bytes, fileName, sha256 } = row;
    if (status !== 'ready' || attempt === null) {
      throw new GoneException('the file is not kept any more: ask for another export');
    }
    await reply
      .header('content-disposition', `attachment; filename="${fileName}"`)
      .header('content-length', String(bytes))
      .header('repr-digest', `sha-256=:${Buffer.from(sha256 ?? '', 'hex').toString('base64')}:`)
      .header('cache-control', 'private, no-store')
      .header('referrer-policy', 'no-referrer')
      .type(MEDIA_TYPES[row.format as Format])
      .send(Readable.from(readParts(this.store, exportId, attempt)));
  }
}

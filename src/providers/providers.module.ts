import { Module } from '@nestjs/common';
import { PlatformResolver } from './api/platform.resolver.js';

@Module({ providers: [PlatformResolver] })
export class ProvidersModule {}

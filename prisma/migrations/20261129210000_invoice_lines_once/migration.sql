-- Lines of an issued invoice are rows of "invoice_line", and nothing else.
ALTER TABLE "invoice" DROP COLUMN "lines";

-- What an order bought is found by the order.
CREATE INDEX "reservation_of_order" ON "reservation" ("order_id") WHERE "order_id" IS NOT NULL;

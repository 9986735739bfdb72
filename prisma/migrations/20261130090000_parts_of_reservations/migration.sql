-- Parts that were handed over within an organization, by what they are cut from: nobody sells to themselves.
CREATE INDEX "reservation_handed_over" ON "reservation" ("source_reservation_id") WHERE "seller_id" = "holder_id";

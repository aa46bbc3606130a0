"""A peer: FastAPI, pydantic and the SQLAlchemy ORM, as most generators write servers.

Serves the three operations that are measured, over the database file in ``DB``.
"""

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    sessionmaker,
)

engine = create_engine(f"sqlite:///{os.environ['DB']}", connect_args={"check_same_thread": False})
make_session = sessionmaker(engine, expire_on_commit=False)


@event.listens_for(engine, "connect")
def prepare(connection: sqlite3.Connection, _record: object) -> None:
    """Give the peer the same settings as the server it is measured against."""
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    """The tables."""


class Category(Base):
    """A shelf."""

    __tablename__ = "category"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    products: Mapped[list["Product"]] = relationship(back_populates="category")


class Product(Base):
    """Something on a shelf."""

    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price: Mapped[float]
    created: Mapped[str]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    category: Mapped[Category | None] = relationship(back_populates="products")


class ProductIn(BaseModel):
    """What a client sends."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    price: Annotated[float, Field(ge=0)]
    created: datetime
    category_id: int | None = None


class ProductOut(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(from_attributes=True)
    id: int
    name: str
    price: float
    created: datetime
    category_id: int | None


def session() -> Iterator[Session]:
    """Open a session for one request."""
    with make_session() as opened:
        yield opened


app = FastAPI()
Opened = Annotated[Session, Depends(session)]


@app.get("/products/{product_id}")
def read_one(product_id: int, db: Opened) -> ProductOut:
    """Read one."""
    product = db.get(Product, product_id)
    if product is None:
        raise HTTPException(404)
    return ProductOut.model_validate(product)


@app.get("/products")
def read_many(
    db: Opened,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> list[ProductOut]:
    """Read a page."""
    page = select(Product).order_by(Product.id).limit(limit).offset(offset)
    return [ProductOut.model_validate(product) for product in db.scalars(page)]


@app.post("/products", status_code=201)
def create(body: ProductIn, db: Opened) -> ProductOut:
    """Create one."""
    fields = {**body.model_dump(), "created": body.created.isoformat()}
    product = Product(**fields)
    db.add(product)
    db.commit()
    return ProductOut.model_validate(product)

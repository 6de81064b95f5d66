"""O que outro sistema de chamados exportou, lido como valores. Nada aqui toca o banco, nem grava."""

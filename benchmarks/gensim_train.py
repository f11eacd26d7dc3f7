"""Trains gensim's Word2Vec as rivals.py asks, and prints the seconds of its parts as JSON."""

import json
import sys
import time

from gensim.models import Word2Vec

text, output, architecture, dim, epochs, workers = sys.argv[1:7]
cbow = architecture == "cbow"
model = Word2Vec(vector_size=int(dim), window=5, min_count=5, negative=5, sample=1e-4, sg=0 if cbow else 1, hs=0,
                 alpha=0.05 if cbow else 0.025, workers=int(workers), epochs=int(epochs), seed=1)
start = time.perf_counter()
model.build_vocab(corpus_file=text)
built = time.perf_counter()
model.train(corpus_file=text, total_examples=model.corpus_count, total_words=model.corpus_total_words,
            epochs=int(epochs))
trained = time.perf_counter()
model.wv.save_word2vec_format(output)
print(json.dumps({"build_vocab_s": built - start, "train_s": trained - built}))

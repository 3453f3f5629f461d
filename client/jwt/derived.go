package jwt

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/big"
)

// DeriveKey makes the key of a seed, the same one every time, for repeatable recordings of the practice sandbox. The seed
// gives the key away, so it must never sign for a real application.
func DeriveKey(seed string) (*Key, error) {
	stream := seededBytes{seed: seed}
	for {
		key, err := rsaFrom(stream.prime(), stream.prime())
		if err != nil {
			return nil, fmt.Errorf("derived key: %w", err)
		}
		if key != nil {
			return &Key{rsa: key}, nil
		}
	}
}

// publicExponent is the usual one.
const publicExponent = 65537

// rsaFrom makes the key of two primes (RFC 8017, section 3.2), or nil if they do not suit each other.
func rsaFrom(p, q *big.Int) (*rsa.PrivateKey, error) {
	one := big.NewInt(1)
	totient := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	d := new(big.Int).ModInverse(big.NewInt(publicExponent), totient)
	n := new(big.Int).Mul(p, q)
	if d == nil || n.BitLen() != KeyBits || p.Cmp(q) == 0 {
		return nil, nil //nolint:nilnil // The next pair is tried.
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: publicExponent}, D: d, Primes: []*big.Int{p, q}}
	key.Precompute()
	return key, key.Validate()
}

// seededBytes is SHA-256 of the seed and a counter, block after block.
type seededBytes struct {
	seed  string
	block uint64
}

func (s *seededBytes) next(n int) []byte {
	var out []byte
	for len(out) < n {
		s.block++
		sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.seed), s.block))
		out = append(out, sum[:]...)
	}
	return out[:n]
}

// prime returns the first prime from a number of the stream on, with its two highest bits set so that the product of two
// has all its bits.
func (s *seededBytes) prime() *big.Int {
	const bits = KeyBits / 2
	p := new(big.Int).SetBytes(s.next(bits / 8))
	p.SetBit(p, bits-1, 1).SetBit(p, bits-2, 1).SetBit(p, 0, 1)
	for two := big.NewInt(2); !p.ProbablyPrime(20); {
		p.Add(p, two)
	}
	return p
}

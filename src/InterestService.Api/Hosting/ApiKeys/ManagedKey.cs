using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace InterestService.Api.Hosting.ApiKeys;

/// <summary>Makes keys, and digests by which a key is recognized and from which it cannot be found.</summary>
/// <remarks>
/// A key is <c>isk_</c> and 32 random bytes in base64url. A digest is the first six of these bytes, by which it is found, a random salt, and the SHA-256 of
/// salt and key. SHA-256 is enough: slow hashes, such as Argon2, protect secrets that can be guessed, and nobody guesses the remaining 208 bits.
/// </remarks>
internal static class ManagedKey
{
    /// <summary>What managed keys begin with, so that scanners of leaked secrets recognize them.</summary>
    public const string Prefix = "isk_";

    private const int SecretBytes = 32;
    private const int SelectorBytes = 6;
    private const int SaltBytes = 16;
    private const int HashStart = SelectorBytes + SaltBytes;

    private static readonly int _length = Prefix.Length + Base64Url.GetEncodedLength(SecretBytes);

    /// <summary>Makes a key.</summary>
    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Makes the digest of a key, with a salt of its own.</summary>
    public static byte[] Digest(string key)
    {
        byte[] digest = new byte[HashStart + SHA256.HashSizeInBytes];
        if (!TryReadSelector(key, digest.AsSpan(0, SelectorBytes))) throw new ArgumentException("It is not a managed key.", nameof(key));
        RandomNumberGenerator.Fill(digest.AsSpan(SelectorBytes, SaltBytes));
        Hash(digest.AsSpan(SelectorBytes, SaltBytes), key, digest.AsSpan(HashStart));
        return digest;
    }

    /// <summary>Returns the number by which the digest of a key is found; null for text that cannot be a key.</summary>
    public static long? Selector(string key)
    {
        Span<byte> selector = stackalloc byte[SelectorBytes];
        return TryReadSelector(key, selector) ? ToNumber(selector) : null;
    }

    /// <summary>Returns the same number for a digest.</summary>
    public static long Selector(byte[] digest) => ToNumber(digest.AsSpan(0, SelectorBytes));

    /// <summary>Returns whether a digest is that of a key, whose <see cref="Selector(string)"/> is not null.</summary>
    public static bool Matches(byte[] digest, string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(digest.AsSpan(SelectorBytes, SaltBytes), key, hash);
        return CryptographicOperations.FixedTimeEquals(hash, digest.AsSpan(HashStart));
    }

    private static void Hash(ReadOnlySpan<byte> salt, string key, Span<byte> hash)
    {
        Span<byte> salted = stackalloc byte[SaltBytes + _length];
        salt.CopyTo(salted);
        Encoding.ASCII.GetBytes(key, salted[SaltBytes..]); // anything else becomes '?', which no key has
        SHA256.HashData(salted, hash);
    }

    private static bool TryReadSelector(string key, Span<byte> selector) =>
        key.Length == _length && key.StartsWith(Prefix, StringComparison.Ordinal)
        && Base64Url.DecodeFromChars(key.AsSpan(Prefix.Length, Base64Url.GetEncodedLength(SelectorBytes)), selector, out _, out int bytes) == OperationStatus.Done
        && bytes == SelectorBytes;

    private static long ToNumber(ReadOnlySpan<byte> selector)
    {
        long number = 0;
        foreach (byte value in selector) number = number << 8 | value;
        return number;
    }
}

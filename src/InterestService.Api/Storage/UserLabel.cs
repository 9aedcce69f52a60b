namespace InterestService.Api.Storage;

/// <summary>The group that a user is known to be in, which clusterings are compared with and never learn from.</summary>
internal sealed class UserLabel
{
    public required string UserId { get; init; }

    public required string Label { get; init; }
}

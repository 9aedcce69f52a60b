namespace InterestService.Api.Serving;

/// <summary>A user who was placed after the published clustering's own run.</summary>
/// <param name="Placement">Where.</param>
/// <param name="Aliases">Other ids of the person.</param>
/// <param name="AssignedAt">When.</param>
/// <param name="Increment">The number of the increment that it came with.</param>
internal sealed record LaterUser(Placement Placement, string[] Aliases, DateTime AssignedAt, long Increment);

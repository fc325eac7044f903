// Made of the .proto files by scripts/grpc/generate.mjs
export const protoFiles = {
  'captioning.proto': {
  "nested": {
    "ekphrasis": {
      "nested": {
        "v1": {
          "nested": {
            "Captioning": {
              "methods": {
                "Submit": {
                  "requestType": "SubmitRequest",
                  "responseType": "SubmitResponse"
                },
                "Upload": {
                  "requestType": "Chunk",
                  "requestStream": true,
                  "responseType": "SubmitResponse"
                },
                "Get": {
                  "requestType": "GetRequest",
                  "responseType": "Image"
                },
                "Watch": {
                  "requestType": "WatchRequest",
                  "responseType": "Image",
                  "responseStream": true
                }
              }
            },
            "SubmitRequest": {
              "fields": {
                "image_url": {
                  "type": "string",
                  "id": 1
                },
                "tag": {
                  "type": "string",
                  "id": 2
                }
              }
            },
            "SubmitResponse": {
              "fields": {
                "image_id": {
                  "type": "int64",
                  "id": 1
                }
              }
            },
            "Chunk": {
              "fields": {
                "data": {
                  "type": "bytes",
                  "id": 1
                }
              }
            },
            "GetRequest": {
              "fields": {
                "image_id": {
                  "type": "int64",
                  "id": 1
                }
              }
            },
            "WatchRequest": {
              "fields": {
                "image_ids": {
                  "rule": "repeated",
                  "type": "int64",
                  "id": 1
                }
              }
            },
            "Image": {
              "fields": {
                "image_id": {
                  "type": "int64",
                  "id": 1
                },
                "status": {
                  "type": "string",
                  "id": 2
                },
                "description": {
                  "type": "string",
                  "id": 3
                },
                "tag": {
                  "type": "string",
                  "id": 4
                },
                "error": {
                  "type": "string",
                  "id": 5
                },
                "confidence": {
                  "type": "float",
                  "id": 6
                },
                "model": {
                  "type": "string",
                  "id": 7
                }
              }
            }
          }
        }
      }
    }
  }
},
  'message_service.proto': {
  "nested": {
    "message": {
      "nested": {
        "MessageService": {
          "methods": {
            "ProcessMessage": {
              "requestType": "MessageRequest",
              "responseType": "MessageResponse"
            },
            "AssignAB": {
              "requestType": "ABRequest",
              "responseType": "ABResponse"
            },
            "Factorial": {
              "requestType": "FactorialRequest",
              "responseType": "FactorialResponse"
            },
            "MostFrequentLetter": {
              "requestType": "TextRequest",
              "responseType": "LetterResponse"
            }
          }
        },
        "MessageRequest": {
          "fields": {
            "text": {
              "type": "string",
              "id": 1
            }
          }
        },
        "MessageResponse": {
          "fields": {
            "processed_text": {
              "type": "string",
              "id": 1
            }
          }
        },
        "ABRequest": {
          "fields": {
            "user_id": {
              "type": "string",
              "id": 1
            }
          }
        },
        "ABResponse": {
          "fields": {
            "group": {
              "type": "string",
              "id": 1
            }
          }
        },
        "FactorialRequest": {
          "fields": {
            "n": {
              "type": "int64",
              "id": 1
            }
          }
        },
        "FactorialResponse": {
          "fields": {
            "value": {
              "type": "string",
              "id": 1
            }
          }
        },
        "TextRequest": {
          "fields": {
            "text": {
              "type": "string",
              "id": 1
            }
          }
        },
        "LetterResponse": {
          "fields": {
            "letter": {
              "type": "string",
              "id": 1
            }
          }
        }
      }
    }
  }
},
} as const;
